"""The local Slack's face in a browser: drawn as a workspace, with people's clicks brought to it."""
