package io.coppice.benchmarks.dl4j;

import io.coppice.benchmarks.contest.Job;
import io.coppice.compact.CompactNetwork;
import io.coppice.data.Normalisation;
import io.coppice.export.Dl4jExporter;
import io.coppice.model.CompactModel;
import io.coppice.network.Network;
import io.coppice.train.WeightInitialiser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A job's network and images as Deeplearning4j has them. */
final class Dl4jJob {

  private Dl4jJob() {}

  /** The dense network with the job's weights. */
  static ComputationGraph of(Job job) {
    Network network = job.toNetwork();
    CompactNetwork dense = CompactNetwork.dense(network);
    float[] none = new float[network.inputShape().channels()];
    float[] one = none.clone();
    Arrays.fill(one, 1);
    CompactModel model =
        new CompactModel(
            dense,
            job.weights(),
            WeightInitialiser.initialise(dense.statistics(), 0),
            new Normalisation(none, one),
            CompactModel.numbered(network.classes()),
            Map.of());
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try {
      new Dl4jExporter().write(model, zip);
      return ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A shard's only minibatch. */
  static DataSet minibatch(Job job, int shard) {
    Network network = job.toNetwork();
    float[] pixels = new float[job.shardBatch() * network.inputShape().size()];
    int[] labels = new int[job.shardBatch()];
    job.minibatches(shard).fill(0, 0, pixels, labels);
    INDArray images =
        Nd4j.createFromArray(pixels)
            .reshape(
                job.shardBatch(),
                network.inputShape().channels(),
                network.inputShape().height(),
                network.inputShape().width());
    float[][] oneHot = new float[labels.length][network.classes()];
    for (int i = 0; i < labels.length; i++) {
      oneHot[i][labels[i]] = 1;
    }
    return new DataSet(images, Nd4j.createFromArray(oneHot));
  }

  /** Mean loss over the shards, each normalised by its own statistics. */
  static double loss(Job job, ComputationGraph graph) {
    double sum = 0;
    for (int shard = 0; shard < job.shards(); shard++) {
      sum += graph.score(minibatch(job, shard), true);
    }
    return sum / job.shards();
  }
}
