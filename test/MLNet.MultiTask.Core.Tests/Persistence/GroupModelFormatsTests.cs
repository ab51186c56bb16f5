using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

[TestClass]
public sealed class GroupModelFormatsTests
{
    private static readonly Type[] s_types = [.. typeof(GroupModelFormats).Assembly.GetTypes()
        .Where(t => t is { IsAbstract: false, IsInterface: false, ContainsGenericParameters: false })];

    [TestMethod]
    public void BuiltIn_EveryFormatOfTheAssembly_IsRegisteredUnderItsKind()
    {
        Type[] formats = [.. s_types.Where(typeof(IGroupModelFormat).IsAssignableFrom)];
        Assert.IsGreaterThan(6, formats.Length);
        foreach (Type type in formats)
        {
            var format = (IGroupModelFormat)Activator.CreateInstance(type)!;
            Assert.AreEqual(type, GroupModelFormats.BuiltIn.Of(format.Kind).GetType());
        }
    }

    [TestMethod]
    public void BuiltIn_EveryModelOfTheAssembly_HasAFormat()
    {
        string[] models = [.. s_types.Where(typeof(IGroupModel).IsAssignableFrom).Select(t => t.Name).Order()];
        string[] formatted = [.. s_types.Where(typeof(IGroupModelFormat).IsAssignableFrom)
            .Select(t => t.BaseType!.GetGenericArguments()[0].Name).Order()];
        CollectionAssert.AreEqual(models, formatted);
    }
}
