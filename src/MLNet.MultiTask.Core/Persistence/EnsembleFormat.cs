namespace MLNet.MultiTask.Persistence;

/// <summary>An ensemble in a file: its members, the tasks of each by number, and the weights.</summary>
internal sealed class EnsembleFormat()
    : GroupModelFormat<EnsembleModel, EnsembleContent>(EnsembleModel.KindName, ModelJson.Default.EnsembleContent)
{
    protected override (EnsembleContent, IReadOnlyList<Section>) Store(EnsembleModel model, GroupModelFormats formats)
    {
        var sections = new List<Section>();
        var members = new MemberContent[model.Members.Count];
        for (int m = 0; m < members.Length; m++)
        {
            GroupModelContent own = GroupModelContent.Of(model.Members[m], Prefix(m), formats,
                sections);
            members[m] = new MemberContent([.. model.Members[m].Tasks.Select(t => IndexOf(model, t))], own);
        }
        sections.Add(Section.Of("weights", model.Weights.ToArray(), members.Length, model.Tasks.Count));
        return (new EnsembleContent(members), sections);
    }

    protected override ModelPlan Plan(EnsembleContent content, ModelFrame frame)
    {
        MemberContent[] members = content.Members;
        if (members.Length == 0)
            throw new FormatException("An ensemble has no members");
        var plans = new ModelPlan[members.Length];
        for (int m = 0; m < members.Length; m++)
        {
            if (members[m].Tasks.Any(t => t < 0 || t >= frame.Tasks.Count))
                throw new FormatException($"Member {m} of an ensemble has a task outside 0 to {frame.Tasks.Count - 1}");
            if (members[m].Model.Kind == EnsembleModel.KindName)
                throw new FormatException("An ensemble holds another one");
            plans[m] = members[m].Model.Plan(Prefix(m),
                frame with { Tasks = [.. members[m].Tasks.Select(t => frame.Tasks[t])] });
        }
        return new ModelPlan([.. plans.SelectMany(p => p.Sections),
            ("weights", SectionType.F32, [members.Length, frame.Tasks.Count])],
            plans.Sum(p => p.Parameters) + (long)members.Length * frame.Tasks.Count, sections =>
            {
                int next = 0;
                var models = plans.Select(p =>
                {
                    Section[] own = [.. sections.Skip(next).Take(p.Sections.Count)];
                    next += own.Length;
                    return p.Build(own);
                }).ToArray();
                return new EnsembleModel(frame.Tasks, models, (float[])sections[^1].Data);
            });
    }

    private static string Prefix(int member) => FormattableString.Invariant($"members.{member}.");

    private static int IndexOf(EnsembleModel model, TaskInfo task)
    {
        int t = 0;
        while (model.Tasks[t].Name != task.Name)
            t++;
        return t;
    }
}

/// <summary>The members of an ensemble.</summary>
internal sealed record EnsembleContent(MemberContent[] Members);

/// <summary>A member, and its tasks by number in the ensemble.</summary>
internal sealed record MemberContent(int[] Tasks, GroupModelContent Model);
