"""What is fetched from the net, and what is not: addresses, requests, robots.txt."""
