namespace MLNet.MultiTask.Persistence;

/// <summary>
/// What a model file holds: the model, and where it was trained from a file's raw columns, the encoder that turns them
/// into features and how the file's rows were split.
/// </summary>
/// <param name="Model">One network per group of tasks.</param>
/// <param name="Encoder">Learned on the training rows; null where the model takes ready features.</param>
/// <param name="Split">Which rows of the file trained; null where it is not known.</param>
public sealed record SavedModel(MultiTaskModel Model, FeatureEncoder? Encoder = null, SavedSplit? Split = null);
