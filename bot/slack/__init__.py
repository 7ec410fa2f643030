"""What people meet in Slack: thin listeners, and the messages they answer with."""
