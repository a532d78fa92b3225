import io.coppice.source.FileSource;
import io.coppice.spark.Trainer;
import io.coppice.spark.TrainingResult;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains a small network on the sample of Fashion-MNIST, wherever spark-submit says. */
public class JavaProgram {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "network.name", "resnet8",
          "network.width", "0.5",
          "structure.budget", "0.5",
          "training.epochs", "1",
          "finish.fineTuneEpochs", "0");

  public static void main(String[] arguments) throws Exception {
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf())) {
      TrainingResult result = Trainer.of(SETTINGS).train(spark, FileSource.sample());
      System.out.printf(
          "JavaProgram: accuracy %.3f on %s%n", result.summary().testAccuracy(), spark.master());
    }
  }
}
