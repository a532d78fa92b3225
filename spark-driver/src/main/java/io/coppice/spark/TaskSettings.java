package io.coppice.spark;

import io.coppice.data.Augmentation;
import io.coppice.data.Normalisation;
import io.coppice.exchange.NetworkJson;
import io.coppice.network.Network;
import io.coppice.onednn.Precision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What a task needs to know of its run besides the round at hand; travels with every task.
 *
 * @param runId distinguishes the runs that one executor sees
 * @param packedNetwork the network's JSON, packed by gzip
 * @param shardBatch images a step and shard
 * @param pixelMean mean of each channel of the training pixels
 * @param pixelDeviation standard deviation of each channel
 * @param crop whether to shift training images at random
 * @param flip whether to mirror training images at random
 * @param resizedCrop smallest share of a training image that is scaled to its size; 1: none
 * @param jitter strength of random changes of colour
 * @param erase probability that a part of a training image is erased
 * @param mixup how strongly training images are mixed; 0: not
 * @param cropOriginal whether that part is one of an image as its file has it
 * @param labelSmoothing share of all classes alike in the loss
 * @param precision of activations while steps are computed
 * @param wire how precisely gradients travel
 * @param seed of the run
 * @param threads that each task may use
 * @param imageMemory share of an executor's heap that images may take
 */
record TaskSettings(
    String runId,
    byte[] packedNetwork,
    int shardBatch,
    float[] pixelMean,
    float[] pixelDeviation,
    boolean crop,
    boolean flip,
    double resizedCrop,
    double jitter,
    double erase,
    double mixup,
    boolean cropOriginal,
    double labelSmoothing,
    Precision precision,
    Precision wire,
    long seed,
    int threads,
    double imageMemory)
    implements Serializable {

  /** A network as it travels. */
  static byte[] pack(Network network) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(NetworkJson.write(network).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  Network network() {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packedNetwork))) {
      return NetworkJson.read(
          new String(in.readAllBytes(), StandardCharsets.UTF_8), "the network of a task");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Normalisation normalisation() {
    return new Normalisation(pixelMean, pixelDeviation);
  }

  Augmentation augmentation() {
    return new Augmentation(crop, flip, resizedCrop, jitter, erase, mixup, cropOriginal);
  }
}
