"""The exercises, one module for each chapter."""
