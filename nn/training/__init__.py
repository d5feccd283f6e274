"""Training: recipes, augmentation, the training loop, checkpoints and calibration."""
