package io.coppice.network;

/**
 * Channels that live and die together: those of one plain convolution or hidden linear layer, or of
 * all the layers that write into one residual stream, whose sums must line up.
 *
 * @param id position among the network's groups
 * @param name name of the first layer that writes into the group
 * @param channels number of channels
 */
public record ChannelGroup(int id, String name, int channels) {}
