package io.coppice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coppice.config.ConfigJson;
import io.coppice.config.RunConfig.DataConfig;
import io.coppice.model.ConfusionMatrix;
import io.coppice.model.ModelEvaluation;
import io.coppice.network.Shape;
import io.coppice.report.ExitCode;
import io.coppice.source.FileSource;
import io.coppice.spark.ModelEvaluator;
import io.coppice.spark.SparkSettings;
import io.coppice.spark.StoredModel;
import io.coppice.spark.TestResult;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code coppice evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures a run's compact network on the test images of a data set: accuracy, loss (mean cross-entropy in nats) and"
          + " which classes it takes for which. Of a run that did not end, the last checkpoint is measured.",
      "Settings under data say where the images are and how they are read, as for train; those that nobody says are the"
          + " run's own, but for the place: without one it is the sample of Fashion-MNIST that ships with Coppice. Images of"
          + " folders are scaled and cut to the model's size.",
    },
    footer = {
      "",
      "Examples:",
      "  coppice evaluate --run RUN --data /data/cifar-10-batches-bin",
      "  coppice evaluate --run RUN --data photos --set data.resize=256 --set data.onBadImage=skip",
      "  coppice evaluate --run RUN --json"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Mixin private StoredRunOptions run = new StoredRunOptions();

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Mixin private SparkOptions spark = new SparkOptions();

  @Mixin private JsonOption json = new JsonOption();

  EvaluateCommand() {}

  @Override
  public Integer call() throws IOException {
    config.requireOnly(List.of("data", "hadoop"));
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(spark.conf());
    run.learn(hadoop);
    config.learn(hadoop);
    StoredModel stored = run.model(hadoop);
    DataConfig data = config.read(known(stored), Map.of()).data();
    TestResult result;
    try (SparkOnDemand started =
        new SparkOnDemand(SparkSettings.apply(spark.conf(), "coppice evaluate"))) {
      result =
          new ModelEvaluator(started.get(), hadoop)
              .evaluate(stored.model(), FileSource.of(data), data.onBadImage());
    }
    if (json.isAsked()) {
      return json.answer(ExitCode.DONE, fields(stored.origin(), result));
    }
    System.out.println(EvaluationText.of(stored.origin(), result));
    return ExitCode.DONE.code();
  }

  /**
   * What becomes of images before the model sees them: as in its training, and of the shape that it
   * is for. So images that were split off to test by are the same ones.
   */
  private static Map<String, String> known(StoredModel stored) {
    Map<String, String> known = new LinkedHashMap<>();
    ConfigJson.identity(stored.config())
        .path("data")
        .fields()
        .forEachRemaining(field -> known.put("data." + field.getKey(), field.getValue().asText()));
    Shape shape = stored.model().network().inputShape();
    if (shape.channels() == 1 || shape.channels() == 3) {
      known.put("data.channels", String.valueOf(shape.channels()));
      if (shape.height() == shape.width()) {
        known.put("data.size", String.valueOf(shape.height()));
      }
    }
    return known;
  }

  private static ObjectNode fields(String origin, TestResult result) {
    ModelEvaluation evaluation = result.evaluation();
    ConfusionMatrix confusion = evaluation.confusion();
    ObjectNode object = JsonOption.JSON.createObjectNode();
    object.put("origin", origin);
    object.put("images", evaluation.images());
    object.put("unreadable", result.unreadable());
    object.put("accuracy", evaluation.accuracy());
    object.put("loss", evaluation.loss());
    ArrayNode classes = object.putArray("classes");
    confusion.labels().forEach(classes::add);
    ArrayNode rows = object.putArray("confusion");
    for (int label = 0; label < confusion.labels().size(); label++) {
      ArrayNode row = rows.addArray();
      for (int predicted = 0; predicted < confusion.labels().size(); predicted++) {
        row.add(confusion.count(label, predicted));
      }
    }
    return object;
  }
}
