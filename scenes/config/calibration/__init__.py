"""Files of calibrations, as other programs write them: which camera stands in one."""
