"""The versioned API: one decorator, keyset paging, problem documents. Operations stand in each folder's api.py."""
