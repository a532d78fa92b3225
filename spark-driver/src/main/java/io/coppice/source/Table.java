package io.coppice.source;

import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of images.
 *
 * @param name what it is called in messages
 * @param rows of it
 * @param files whether it is all rows of some files
 */
record Table(String name, Dataset<Row> rows, boolean files) {

  StructType schema() {
    return TableFailure.translated(name, rows::schema);
  }

  /**
   * Some columns of all rows, as tasks read them: each row is valid until the next one is read.
   *
   * @throws io.coppice.data.InvalidDataException if there are no such rows
   */
  RDD<InternalRow> read(String... columns) {
    Column[] chosen = new Column[columns.length];
    for (int i = 0; i < columns.length; i++) {
      chosen[i] = rows.col(TableSource.quoted(columns[i]));
    }
    return TableFailure.translated(
        name,
        () -> rows.sparkSession().withActive(() -> rows.select(chosen).queryExecution().toRdd()));
  }
}
