package io.coppice.source;

import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The types of numbers that labels and pixels of tables can have. */
@SuppressWarnings("ImmutableEnumChecker") // Spark's types do not change
enum NumberType {
  BYTE(DataTypes.ByteType, true) {
    @Override
    double get(SpecializedGetters values, int place) {
      return values.getByte(place);
    }
  },
  SHORT(DataTypes.ShortType, true) {
    @Override
    double get(SpecializedGetters values, int place) {
      return values.getShort(place);
    }
  },
  INTEGER(DataTypes.IntegerType, true) {
    @Override
    double get(SpecializedGetters values, int place) {
      return values.getInt(place);
    }
  },
  LONG(DataTypes.LongType, true) {
    @Override
    double get(SpecializedGetters values, int place) {
      return values.getLong(place);
    }
  },
  FLOAT(DataTypes.FloatType, false) {
    @Override
    double get(SpecializedGetters values, int place) {
      return values.getFloat(place);
    }
  },
  DOUBLE(DataTypes.DoubleType, false) {
    @Override
    double get(SpecializedGetters values, int place) {
      return values.getDouble(place);
    }
  };

  private static final double LARGEST_SHOWN = 0x1p53;

  private final DataType type;
  private final boolean whole;

  NumberType(DataType type, boolean whole) {
    this.type = type;
    this.whole = whole;
  }

  /** The one of a column's type; none if that is not one of numbers. */
  static Optional<NumberType> of(DataType type) {
    for (NumberType number : values()) {
      if (number.type.equals(type)) {
        return Optional.of(number);
      }
    }
    return Optional.empty();
  }

  /** Whether all of its values are whole. */
  boolean isWhole() {
    return whole;
  }

  /** A value that is not null; whole numbers beyond 2^53 are rounded. */
  abstract double get(SpecializedGetters values, int place);

  /** How a number is written in messages: whole ones without a fraction. */
  static String text(double number) {
    return number == Math.rint(number) && Math.abs(number) <= LARGEST_SHOWN
        ? String.valueOf((long) number)
        : String.valueOf(number);
  }
}
