package io.coppice.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.coppice.network.InvalidNetworkException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The topological order of a graph's vertices in which Deeplearning4j keeps their weights, without
 * the input.
 */
public final class Dl4jOrder {

  private Dl4jOrder() {}

  /**
   * The order that Deeplearning4j finds itself: Kahn's algorithm over vertices numbered as they
   * stand in the file, the readers of one in the order of a hash set of their numbers.
   *
   * @param inputs for each vertex what it reads
   */
  public static List<String> of(String input, Map<String, List<String>> inputs) {
    List<String> names = new ArrayList<>(List.of(input));
    names.addAll(inputs.keySet());
    Map<String, Integer> numbers = new HashMap<>();
    names.forEach(name -> numbers.put(name, numbers.size()));
    List<Set<Integer>> waitsFor = new ArrayList<>();
    List<Set<Integer>> readers = new ArrayList<>();
    names.forEach(unused -> readers.add(new HashSet<>()));
    for (String name : names) {
      Set<Integer> sources = new HashSet<>();
      for (String source : inputs.getOrDefault(name, List.of())) {
        sources.add(numbers.getOrDefault(source, 0));
        readers.get(numbers.getOrDefault(source, 0)).add(numbers.getOrDefault(name, 0));
      }
      waitsFor.add(sources);
    }
    Queue<Integer> free = new ArrayDeque<>();
    for (int vertex = 0; vertex < names.size(); vertex++) {
      if (waitsFor.get(vertex).isEmpty()) {
        free.add(vertex);
      }
    }
    List<String> order = new ArrayList<>();
    while (!free.isEmpty()) {
      int next = free.remove();
      order.add(names.get(next));
      for (int reader : readers.get(next)) {
        if (waitsFor.get(reader).remove(next) && waitsFor.get(reader).isEmpty()) {
          free.add(reader);
        }
      }
    }
    if (order.size() < names.size()) {
      names.removeAll(order);
      throw new InvalidNetworkException("there is a cycle among " + names);
    }
    order.remove(input);
    return order;
  }

  /**
   * The order that stands in the file.
   *
   * @throws InvalidNetworkException if it is none of this graph
   */
  static List<String> checked(JsonNode json, String input, Map<String, List<String>> inputs) {
    List<String> order = Dl4jNames.list(json, "topologicalOrderStr");
    Set<String> seen = new HashSet<>();
    for (String name : order) {
      boolean known = name.equals(input) || inputs.containsKey(name);
      if (!known || !seen.containsAll(inputs.getOrDefault(name, List.of())) || !seen.add(name)) {
        throw new InvalidNetworkException(
            "topologicalOrderStr: '" + name + "' stands where it cannot");
      }
    }
    if (seen.size() != inputs.size() + 1) {
      throw new InvalidNetworkException(
          "topologicalOrderStr: expected " + (inputs.size() + 1) + " names, found " + order.size());
    }
    order.remove(input);
    return order;
  }
}
