namespace MLNet.MultiTask.Affinity;

/// <summary>How far a subset's step goes: a ridge penalty, or as far as AdamW gets in a number of epochs.</summary>
/// <param name="Lambda">The penalty λ; null where <paramref name="Epochs"/> says.</param>
/// <param name="Epochs">Epochs of fine-tuning, for <see cref="StepGeometry.AdamW"/> only.</param>
internal readonly record struct StepLength(double? Lambda, double Epochs);
