package io.coppice.network;

/**
 * Channels that live and die together: those of one plain convolution, or of all the convolutions
 * that write into one residual stream, whose sums must line up.
 *
 * @param id position among the network's groups
 * @param name name of the first convolution that writes into the group
 * @param channels number of channels
 * @param convolutions number of convolutions that write into the group
 */
public record ChannelGroup(int id, String name, int channels, int convolutions) {}
