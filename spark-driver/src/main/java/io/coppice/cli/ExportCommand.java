package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigException;
import io.coppice.export.ExportFormat;
import io.coppice.model.CompactModel;
import io.coppice.report.ExitCode;
import io.coppice.spark.StoredModel;
import io.coppice.storage.OwnFileSystem;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coppice export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a run's compact network for other programs: of a run that ended its result, else what its last checkpoint"
          + " comes to.",
      "",
      "All formats predict the same. dl4j: Deeplearning4j's zip with a normaliser; onnx: from raw pixels, 0 to 255, to"
          + " probabilities, operator set 17; safetensors: Coppice's own file.",
      "",
      "A checkpoint's batch norms have the statistics that training moved along: without data they cannot be estimated"
          + " anew, as a run does at its end, so that its accuracy may lie below that of a finished run."
    },
    footer = {
      "",
      "Examples:",
      "  coppice export --run RUN --format onnx --output model.onnx",
      "  coppice export --run hdfs:///models/run7 --format dl4j --round-channels 8 --output model.zip"
    })
final class ExportCommand implements Callable<Integer> {

  @Mixin private StoredRunOptions run = new StoredRunOptions();

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      required = true,
      description = "dl4j, onnx or safetensors.")
  private ExportFormat format = ExportFormat.SAFETENSORS;

  @Option(
      names = "--round-channels",
      paramLabel = "N",
      description =
          "Rounds the channels of every group up to a multiple of N by channels of zeros; predictions stay the same.")
  private int multiple = 1;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "File to write, a path of any Hadoop file system.")
  private String output = "";

  @Option(names = "--overwrite", description = "Replaces the file where there is one.")
  private boolean overwrite;

  @Mixin private JsonOption json = new JsonOption();

  ExportCommand() {}

  @Override
  public Integer call() throws IOException {
    if (multiple < 1) {
      throw new ConfigException(
          "--round-channels " + multiple, List.of("expected a number of at least 1"));
    }
    Configuration hadoop = new Configuration();
    run.learn(hadoop);
    Path path = path();
    try (FileSystem fileSystem = OwnFileSystem.of(path, hadoop)) {
      fileSystem.setWriteChecksum(false);
      if (fileSystem.exists(path) && (!overwrite || !fileSystem.getFileStatus(path).isFile())) {
        throw new ConfigException(
            "--output " + output,
            List.of("it is there already; name another file, or replace a file with --overwrite"));
      }
      StoredModel stored = run.model(hadoop);
      CompactModel model =
          multiple > 1 ? stored.model().withChannelsRoundedUp(multiple) : stored.model();
      write(model, fileSystem, path);
      if (json.isAsked()) {
        ObjectNode fields = JsonOption.JSON.createObjectNode();
        fields.put("output", output);
        fields.put("format", format.name().toLowerCase(Locale.ROOT));
        fields.put("bytes", fileSystem.getFileStatus(path).getLen());
        fields.put("network", model.network().name());
        fields.put("parameters", model.compact().parameters().size());
        fields.put("origin", stored.origin());
        return json.answer(ExitCode.DONE, fields);
      }
      System.out.printf(
          "%s: %s, %,d parameters, from %s%n",
          output, model.network().name(), model.compact().parameters().size(), stored.origin());
    }
    return ExitCode.DONE.code();
  }

  private Path path() {
    try {
      return new Path(output);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--output", List.of(String.valueOf(e.getMessage())));
    }
  }

  /** Writes the file; what was begun and not ended is removed. */
  private void write(CompactModel model, FileSystem fileSystem, Path path) throws IOException {
    OutputStream begun = fileSystem.create(path, overwrite);
    boolean whole = false;
    try {
      try (OutputStream out = begun) {
        format.exporter().write(model, out);
      }
      whole = true;
    } finally {
      if (!whole) {
        fileSystem.delete(path, false);
      }
    }
  }
}
