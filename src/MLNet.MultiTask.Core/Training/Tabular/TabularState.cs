namespace MLNet.MultiTask.Training;

/// <summary>A tabular training after some epochs.</summary>
internal sealed record TabularState(string Fingerprint, OptimizerState Optimizer, double[] Weighting, float[] Best,
    float[] BestFactors, double BestLoss, int BestEpoch, int BestSteps, IReadOnlyList<TrainingProgress> Epochs)
{
    private const string Magic = "MTTABU03";

    public void Write(Stream stream) => SealedState.Write(stream, Magic, writer =>
    {
        writer.Write(Fingerprint);
        writer.Write(Optimizer.Steps);
        foreach (float[] values in new[] { Optimizer.Parameters, Optimizer.FirstMoments, Optimizer.SecondMoments, Best,
            BestFactors })
            writer.WriteArray<float>(values);
        writer.WriteArray<double>(Weighting);
        writer.Write(BestLoss);
        writer.Write(BestEpoch);
        writer.Write(BestSteps);
        writer.WriteProgress(Epochs);
    });

    /// <exception cref="FormatException">The stream holds no such state, or a damaged one.</exception>
    public static TabularState Read(Stream stream)
    {
        using BinaryReader reader = SealedState.Open(stream, Magic, "a tabular network");
        string fingerprint = reader.ReadString();
        int steps = reader.ReadInt32();
        float[][] arrays = [reader.ReadArray<float>(), reader.ReadArray<float>(), reader.ReadArray<float>(),
            reader.ReadArray<float>(), reader.ReadArray<float>()];
        double[] weighting = reader.ReadArray<double>();
        (double loss, int epoch, int bestSteps) = (reader.ReadDouble(), reader.ReadInt32(), reader.ReadInt32());
        return new TabularState(fingerprint, new OptimizerState(steps, arrays[0], arrays[1], arrays[2]), weighting,
            arrays[3], arrays[4], loss, epoch, bestSteps, reader.ReadProgress());
    }
}
