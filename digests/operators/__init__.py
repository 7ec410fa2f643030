"""The operators' page: what was sent and will be, where documents come from, what was asked, who did what."""
