"""How things look: colours, drawings from outside, the layout of forms, pages of a list."""
