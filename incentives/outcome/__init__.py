"""The result of an assessment, and the assessment itself."""
