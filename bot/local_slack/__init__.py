"""A Slack for one machine: shows what a person would see. Imports nothing else of ours."""
