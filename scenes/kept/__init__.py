"""What is kept on disk from process to process: it costs time when it is gone, and nothing else."""
