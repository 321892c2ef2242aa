"""Which frames and which labels of a dataset: searched for, filtered, split, mixed with others."""
