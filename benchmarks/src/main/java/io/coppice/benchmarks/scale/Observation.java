package io.coppice.benchmarks.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coppice.model.CompactModel;
import io.coppice.network.Shape;
import io.coppice.plan.Link;
import io.coppice.plan.RoundLoad;
import io.coppice.plan.RoundModel;
import io.coppice.plan.RoundTime;
import io.coppice.shards.DataSummary;
import io.coppice.spark.Trainer;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Rounds that were measured, and what they had to do.
 *
 * @param row what was measured
 * @param load of the same rounds
 */
record Observation(ShardsRow row, RoundLoad load) {

  private static final int CHANNELS = 3;

  /** What a round costs beside the driver's own work and the computation, in seconds. */
  double restSeconds() {
    return (row.roundMillis() - row.driverMillis() - row.computeMillis()) / 1e3;
  }

  /** Tasks that the busiest core computes, one after the other. */
  int waves() {
    int cores = row.executors() * row.cores();
    return (load.shards() + cores - 1) / cores;
  }

  boolean addedOnExecutors() {
    return row.reduce().equals("executors");
  }

  Link link() {
    return row.gigabits() == 0 ? Link.NONE : Link.ofGigabits(row.gigabits());
  }

  /** What a model makes of it. */
  RoundTime by(RoundModel model) {
    return model.time(load, row.executors(), row.cores(), link(), addedOnExecutors());
  }

  /** Those of files that {@code benchmarks/run scale shards --json} wrote. */
  static List<Observation> read(List<File> files) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<Observation> all = new ArrayList<>();
    for (File file : files) {
      JsonNode rows = mapper.readTree(file).path("rows");
      if (rows.isEmpty()) {
        throw new IOException(
            file
                + ": expected rows as 'benchmarks/run scale shards --json' writes them, found"
                + " none");
      }
      for (JsonNode row : rows) {
        all.add(of(mapper.treeToValue(row, ShardsRow.class)));
      }
    }
    return all;
  }

  private static Observation of(ShardsRow row) throws IOException {
    return new Observation(
        row,
        load(
            row.network(),
            row.width(),
            row.flops(),
            new Shape(CHANNELS, row.side(), row.side()),
            CompactModel.numbered(ManyShards.CLASSES),
            row.shards(),
            row.batch()));
  }

  /** What rounds of a fixed mask have to do. */
  static RoundLoad load(
      String network,
      double width,
      double flops,
      Shape shape,
      List<String> classes,
      int shards,
      int batch)
      throws IOException {
    return Trainer.of(ManyShards.settings(network, width, flops, shards, batch, "auto", "shared"))
        .outline(DataSummary.notRead("noise", shape, classes, 2L * batch), new Configuration(false))
        .load()
        .settled();
  }
}
