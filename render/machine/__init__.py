"""What this machine has and grants, and how a process on it ends."""
