"""What answers over HTTP and is not Slack's."""
