"""What the fields of a theme are filled in with: one small widget a type."""
