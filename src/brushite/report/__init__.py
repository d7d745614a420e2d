"""What is said: pages, tables, figures and sentences."""
