"""The browser: two worlds side by side on one map, with policies, assumptions, uncertainty, lessons and claims."""
