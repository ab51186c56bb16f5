namespace Microsoft.ML.AutoML;

/// <summary>Keeps the results of trials from run to run.</summary>
internal interface ITrialResultManager
{
    string Folder { get; }
}

internal sealed record ResultsOfFolder(string Folder) : ITrialResultManager;
