package io.coppice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.model.ConfusionMatrix;
import io.coppice.model.ModelEvaluation;
import io.coppice.network.Shape;
import io.coppice.source.FileSource;
import io.coppice.source.ImageSource;
import io.coppice.spark.ModelEvaluator;
import io.coppice.spark.SparkSettings;
import io.coppice.spark.StoredModel;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coppice evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures a run's compact network on the test images of a data set: accuracy, loss (mean cross-entropy in nats) and"
          + " which classes it takes for which. Of a run that did not end, the last checkpoint is measured.",
    },
    footer = {
      "",
      "Examples:",
      "  coppice evaluate --run RUN --data /data/cifar-10-batches-bin",
      "  coppice evaluate --run RUN --json"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Mixin private StoredRunOptions run = new StoredRunOptions();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "DIR",
      description =
          "Directory of the data set (IDX, CIFAR-10 or CIFAR-100 under their published file names, or a folder for each"
              + " class, whose images are scaled and cut to the model's size), a path of any Hadoop file system. Default: the sample of Fashion-MNIST that ships with Coppice.")
  private @Nullable String data;

  @Mixin private SparkOptions spark = new SparkOptions();

  @Option(names = "--json", description = "Prints one object of JSON.")
  private boolean json;

  EvaluateCommand() {}

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = run.hadoop();
    StoredModel stored = run.model(hadoop);
    ModelEvaluation evaluation;
    try (SparkOnDemand started =
        new SparkOnDemand(SparkSettings.apply(spark.conf(), "coppice evaluate"))) {
      evaluation =
          new ModelEvaluator(started.get(), hadoop)
              .evaluate(stored.model(), source(stored.model().network().inputShape()));
    }
    System.out.println(json ? json(evaluation) : EvaluationText.of(stored.origin(), evaluation));
    return ExitCode.DONE.code();
  }

  private ImageSource source(Shape shape) {
    if (data == null) {
      return FileSource.sample();
    }
    boolean square =
        shape.height() == shape.width() && (shape.channels() == 1 || shape.channels() == 3);
    return FileSource.of(
        data,
        square
            ? Map.of(
                "data.size", String.valueOf(shape.height()),
                "data.channels", String.valueOf(shape.channels()))
            : Map.of());
  }

  private static String json(ModelEvaluation evaluation) throws IOException {
    ConfusionMatrix confusion = evaluation.confusion();
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode object = mapper.createObjectNode();
    object.put("images", evaluation.images());
    object.put("accuracy", evaluation.accuracy());
    object.put("loss", evaluation.loss());
    ArrayNode labels = object.putArray("labels");
    confusion.labels().forEach(labels::add);
    ArrayNode rows = object.putArray("confusion");
    for (int label = 0; label < confusion.labels().size(); label++) {
      ArrayNode row = rows.addArray();
      for (int predicted = 0; predicted < confusion.labels().size(); predicted++) {
        row.add(confusion.count(label, predicted));
      }
    }
    return mapper.writeValueAsString(object);
  }
}
