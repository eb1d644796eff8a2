"""Access: roles over customer groups, who holds them, and the pages that mix them with people."""
