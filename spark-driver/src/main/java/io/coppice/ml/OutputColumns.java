package io.coppice.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Names of the columns that a model adds, in this order; one without a name is left out.
 *
 * @param rawPrediction vector of logits
 * @param probability vector of the classes' probabilities
 * @param prediction number of the class, as a double
 */
record OutputColumns(String rawPrediction, String probability, String prediction)
    implements Serializable {

  /** Whether none has a name. */
  boolean isEmpty() {
    return rawPrediction.isEmpty() && probability.isEmpty() && prediction.isEmpty();
  }

  /**
   * A schema with these columns.
   *
   * @param classes number of classes; 0: not known yet
   * @param labels names of the classes; empty: numbers. Spark's IndexToString finds them
   * @throws IllegalArgumentException if there is a column of that name
   */
  StructType appendTo(StructType schema, int classes, List<String> labels) {
    List<StructField> fields = new ArrayList<>();
    Collections.addAll(fields, schema.fields());
    addVector(fields, rawPrediction, classes);
    addVector(fields, probability, classes);
    if (!prediction.isEmpty()) {
      fields.add(prediction(labels));
    }
    List<String> names = new ArrayList<>();
    Collections.addAll(names, schema.fieldNames());
    for (StructField field : fields.subList(names.size(), fields.size())) {
      if (names.contains(field.name())) {
        throw new IllegalArgumentException(
            "Output column "
                + field.name()
                + " already exists; name another one by setPredictionCol, setProbabilityCol or setRawPredictionCol, or"
                + " leave one out by an empty name");
      }
      names.add(field.name());
    }
    return DataTypes.createStructType(fields);
  }

  private static void addVector(List<StructField> fields, String name, int classes) {
    if (!name.isEmpty()) {
      fields.add(
          classes == 0
              ? DataTypes.createStructField(name, SQLDataTypes.VectorType(), true)
              : withType(new AttributeGroup(name, classes).toStructField()));
    }
  }

  /** The field that an attribute group makes says that it is never null. */
  private static StructField withType(StructField field) {
    return DataTypes.createStructField(
        field.name(), SQLDataTypes.VectorType(), true, field.metadata());
  }

  private StructField prediction(List<String> labels) {
    StructField field =
        labels.isEmpty()
            ? NumericAttribute.defaultAttr().withName(prediction).toStructField()
            : NominalAttribute.defaultAttr()
                .withName(prediction)
                .withValues(labels.toArray(String[]::new))
                .toStructField();
    return DataTypes.createStructField(prediction, DataTypes.DoubleType, false, field.metadata());
  }
}
