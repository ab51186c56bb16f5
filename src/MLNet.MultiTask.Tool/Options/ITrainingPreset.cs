using System.CommandLine;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>Settings that <c>train</c> takes together, under one option of a program that measures.</summary>
internal interface ITrainingPreset
{
    /// <summary>The option that asks for the settings.</summary>
    Option<bool> Option { get; }

    /// <summary>Rows to use at most where the user says nothing.</summary>
    int MaxRows { get; }

    /// <summary>Widths of the hidden layers for a data set of a manifest.</summary>
    IReadOnlyList<int> Hidden(string? set);

    /// <summary>The data set with the settings applied.</summary>
    DataDescription Apply(DataDescription description, string? set);
}
