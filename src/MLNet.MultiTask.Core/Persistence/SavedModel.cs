namespace MLNet.MultiTask.Persistence;

/// <summary>
/// What a model file holds: the model, and where it was trained from raw columns, the encoder that turns them into
/// features.
/// </summary>
/// <param name="Model">One network per group of tasks.</param>
/// <param name="Encoder">Learned on the training rows; null where the model takes ready features.</param>
public sealed record SavedModel(MultiTaskModel Model, FeatureEncoder? Encoder = null);
