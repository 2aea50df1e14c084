"""The words every other room uses: outcomes, findings, ids, element walking, errors."""
