package io.coppice.ml;

import io.coppice.model.CompactModel;
import io.coppice.model.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import scala.Option;

/**
 * A model in a directory: {@code metadata} as all of Spark ML have it, and the network in {@code
 * model.safetensors}, the file that a run leaves as {@code model/compact.safetensors}.
 */
final class StoredClassificationModel {

  private static final String FILE = "model.safetensors";

  private StoredClassificationModel() {}

  /** Writes it. */
  static final class Writer extends MLWriter {

    private final ChannelSparseClassificationModel model;

    Writer(ChannelSparseClassificationModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      Path file = new Path(path, FILE);
      try {
        FileSystem fileSystem = file.getFileSystem(sc().hadoopConfiguration());
        try (OutputStream out = fileSystem.create(file, false)) {
          ModelFile.write(model.compactModel(), out);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(file + ": the model cannot be written", e);
      }
      // Last: what has metadata is whole.
      DefaultParamsWriter.saveMetadata(model, path, sc(), Option.empty(), Option.empty());
    }
  }

  /** Reads it. */
  static final class Reader extends MLReader<ChannelSparseClassificationModel> {

    @Override
    public ChannelSparseClassificationModel load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader.loadMetadata(
              path, sc(), ChannelSparseClassificationModel.class.getName());
      Path file = new Path(path, FILE);
      CompactModel compact;
      try {
        FileSystem fileSystem = file.getFileSystem(sc().hadoopConfiguration());
        try (InputStream in = fileSystem.open(file)) {
          compact = ModelFile.read(in, file.toString());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(file + ": the model cannot be read", e);
      }
      ChannelSparseClassificationModel model =
          new ChannelSparseClassificationModel(metadata.uid(), compact, null);
      metadata.getAndSetParams(model, Option.empty());
      return model;
    }
  }
}
