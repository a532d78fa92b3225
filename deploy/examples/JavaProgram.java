import io.coppice.source.FileSource;
import io.coppice.spark.Trainer;
import io.coppice.spark.TrainingResult;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains on the sample of Fashion-MNIST and leaves a run in a directory, wherever spark-submit says. */
public class JavaProgram {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "network.name", "resnet8",
          "structure.budget", "36 %",
          "training.epochs", "2");

  public static void main(String[] arguments) throws Exception {
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf())) {
      TrainingResult result =
          Trainer.of(SETTINGS).output(arguments[0]).train(spark, FileSource.sample());
      System.out.printf(
          "accuracy of JavaProgram on %s: %.3f%n",
          spark.master(), result.summary().testAccuracy());
    }
  }
}
