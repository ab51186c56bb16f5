using System.Diagnostics;

namespace MLNet.MultiTask.Tests.Processes;

[TestClass]
public sealed class InterruptedTrainingTests
{
    [TestMethod]
    [DataRow(2)]
    [DataRow(34)] // in the second of three networks
    public void Train_ProcessKilled_GoesOnToTheBitsOfUninterruptedTraining(int checkpoints)
    {
        string folder = Directory.CreateTempSubdirectory("killed-").FullName;
        try
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
            foreach (string argument in new[] { typeof(ChildProgram).Assembly.Location, "groups", folder })
                start.ArgumentList.Add(argument);
            using (Process child = Process.Start(start)!)
            {
                for (int i = 0; i < checkpoints; i++)
                    Assert.AreEqual("checkpoint", child.StandardOutput.ReadLine());
                child.Kill();
                child.WaitForExit();
            }
            int left = 0;
            MultiTaskModel resumed = InterruptedTraining.Train(folder, _ => left++),
                expected = InterruptedTraining.Train(null, _ => { });
            Assert.IsGreaterThan(0, left, "the child was to be killed in the middle");
            Assert.IsLessThan(3 * 27, left, "nothing was gone on from");
            for (int g = 0; g < 3; g++)
                CollectionAssert.AreEqual(expected.Models[g].Network().Parameters,
                    resumed.Models[g].Network().Parameters);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
