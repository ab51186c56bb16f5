using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// A network in training that can also be looked at beside where it is, and be moved by parts: what sharpness-aware
/// steps, looks ahead and groups updated in turn need. An engine whose networks are not of this kind refuses those.
/// </summary>
public interface IMovableNetwork : ITrainableNetwork
{
    /// <summary>The network's sizes, and with them the layout of its flat parameters.</summary>
    NetworkShape Shape { get; }

    /// <summary>Takes other parameters; the optimiser's state stays. A batch must be passed forward anew.</summary>
    /// <param name="parameters">In the flat layout of the network's shape.</param>
    void Import(ReadOnlySpan<float> parameters);

    /// <summary>One step of AdamW along a gradient that is given.</summary>
    /// <param name="gradient">In the flat layout of the network's shape.</param>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="learningRate">Step size.</param>
    void Descend(ReadOnlySpan<float> gradient, int step, float learningRate);

    /// <summary>
    /// One step of AdamW as <see cref="ITrainableNetwork.Descend"/>, in which heads of tasks whose factor is 0 stay as
    /// they are, with their part of the optimiser's state.
    /// </summary>
    /// <param name="factors">One per task of the network.</param>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="learningRate">Step size.</param>
    void DescendPart(ReadOnlySpan<float> factors, int step, float learningRate);
}
