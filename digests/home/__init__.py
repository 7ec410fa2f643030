"""Home: what one person sees and does on the one page that shows everything."""
