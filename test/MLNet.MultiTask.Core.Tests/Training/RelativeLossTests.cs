using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training;

[TestClass]
public sealed class RelativeLossTests
{
    [TestMethod]
    public void Total_TrivialLosses_IsOne()
    {
        TaskTable table = Problems.Mixed();
        var problem = new TrainingProblem(table, Problems.Split(table), [0, 1, 2]);
        double[] trivial = new double[3];
        ConstantPredictor constant = ConstantPredictor.Learn(table, problem.Train);
        for (int t = 0; t < 3; t++)
        {
            double weights = 0;
            foreach (int row in problem.Validation)
            {
                double w = table.Weight(row, t), label = table.Label(row, t);
                if (w == 0)
                    continue;
                weights += w;
                double[] outputs = constant.Outputs(t).ToArray();
                trivial[t] += w * (t == 2 ? Math.Pow((label - outputs[0]) / problem.Scales[2], 2)
                    : t == 1 ? -Math.Log(outputs[(int)label]) : -Math.Log(label == 1 ? outputs[0] : 1 - outputs[0]));
            }
            trivial[t] /= weights;
        }
        var loss = new RelativeLoss(problem);
        Assert.AreEqual(1, loss.Total(trivial), 1e-6);
        Assert.AreEqual(0.5, loss.Total([trivial[0] / 2, double.NaN, trivial[2] / 2]), 1e-6);
        // (0.5 + 1 + 1.25 − ε) / 3: however bad a task is, it adds a quarter at most.
        Assert.AreEqual(2.75 / 3, loss.Total([trivial[0] / 2, trivial[1], 1e30]), 1e-6);
    }

    [TestMethod]
    public void Train_OneMistypedTarget_LeavesTheOtherTasksTheirEpoch()
    {
        TaskTable table = Problems.Mixed(400, 5, 0, 4);
        RowSplit split = Problems.Split(table);
        float[] labels = [.. table.Labels];
        labels[split.Validation[0] * 3 + 2] = 1e9f;
        var options = new TrainingOptions { Hidden = [16], MaxEpochs = 60, Patience = 15 };
        TrainingResult expected = NetworkTrainer.Train(table, split, [0, 1, 2], options);
        TrainingResult mistyped = NetworkTrainer.Train(Problems.With(table, labels), split, [0, 1, 2], options);
        for (int t = 0; t < 2; t++)
            Assert.AreEqual(expected.Epochs[expected.BestEpoch - 1].TaskValidationLosses[t],
                mistyped.Epochs[mistyped.BestEpoch - 1].TaskValidationLosses[t], 0.05);
    }

    [TestMethod]
    public void Note_TaskThatAloneDecides_IsNamed()
    {
        TaskTable table = Problems.Mixed(tasks: [Problems.Binary, new TaskInfo("odd", TaskKind.Binary)]);
        var problem = new TrainingProblem(table, Problems.Split(table), [0, 1]);
        var loss = new RelativeLoss(problem);
        // The first task goes on improving; the other is best in epoch 1, by far.
        TrainingProgress[] epochs = [Epoch(1, 0.60, 0.1), Epoch(2, 0.50, 0.69), Epoch(3, 0.40, 0.69)];
        string? note = DecidingTask.Note(loss, epochs, 1, problem.Tasks);
        StringAssert.StartsWith(note, "Task 'odd' alone decided the epoch: 1 was taken, without it 3 would be");
        Assert.IsNull(DecidingTask.Note(loss, [Epoch(1, 0.60, 0.6), Epoch(2, 0.5, 0.5)], 2, problem.Tasks));

        static TrainingProgress Epoch(int epoch, double first, double second) =>
            new(epoch, epoch, 0, 0, [first, second], 0, 0);
    }
}
