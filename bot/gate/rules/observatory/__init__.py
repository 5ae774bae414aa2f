"""The grade of a site's security headers, by the scoring that Mozilla's HTTP Observatory publishes.

Source: https://github.com/mdn/mdn-http-observatory, version 1.6.3 (commit 94042bb, read 2026-11-30), told here in words
of its own. It differs where a browser's list or another host would be needed: HSTS preloading gives no extra points, a
redirect to another host is not followed, and scripts of another name are foreign unless one name is below the other.
"""
