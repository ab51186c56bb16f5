using Microsoft.ML;

namespace MLNet.MultiTask;

/// <summary>One fold of a cross-validation.</summary>
/// <param name="Fold">Number of the fold, from 0.</param>
/// <param name="Model">Fitted on the other folds.</param>
/// <param name="Metrics">On this fold's rows.</param>
public sealed record CrossValidationFold(int Fold, ITransformer Model, MultiTaskMetrics Metrics);
