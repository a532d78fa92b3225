package io.coppice.shards;

/** What images are for. */
public enum ImageRole {
  /** To learn from, and to choose among masks. */
  TRAIN,
  /** To measure the result. */
  TEST
}
