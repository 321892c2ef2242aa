"""What each verb of the command line does, and the steps that several share."""
