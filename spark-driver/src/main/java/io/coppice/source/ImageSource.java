package io.coppice.source;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** Where labelled images come from: files, or anything else of which a program makes one. */
public interface ImageSource {

  /** What it is called in messages, such as a path. */
  String name();

  /**
   * Looks at what is there, without reading images.
   *
   * @param hadoop for file systems
   * @throws io.coppice.data.InvalidDataException if there is no such data, or something about it is
   *     wrong that can be told without reading images
   * @throws IOException if it cannot be looked at
   */
  SourceImages open(JavaSparkContext spark, Configuration hadoop) throws IOException;
}
