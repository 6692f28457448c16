//! Is a pod idle, how likely, how sure, why, and when (idle.md).
