"""Reading CSV and Excel tables row by row; what cannot be taken is said with its line and reason."""
