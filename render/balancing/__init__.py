"""What a dataset shows too little of, and the config of a set that would even it out."""
