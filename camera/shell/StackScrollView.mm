#import "shell/StackScrollView.h"

static const CGFloat kMargin = 16;

@implementation StackScrollView

- (instancetype)initWithViews:(NSArray<UIView*>*)views {
  self = [super initWithFrame:CGRectZero];
  if (self) {
    UIStackView* stack = [[UIStackView alloc] initWithArrangedSubviews:views];
    stack.axis = UILayoutConstraintAxisVertical;
    stack.spacing = kMargin;
    stack.translatesAutoresizingMaskIntoConstraints = NO;
    [self addSubview:stack];
    [self fillWith:stack];
  }
  return self;
}

- (void)fillWith:(UIView*)stack {
  UILayoutGuide* content = self.contentLayoutGuide;
  UILayoutGuide* safe = self.safeAreaLayoutGuide;
  NSLayoutConstraint* height =
      [self.frameLayoutGuide.heightAnchor constraintEqualToAnchor:content.heightAnchor];
  height.priority = UILayoutPriorityDefaultLow;
  [NSLayoutConstraint activateConstraints:@[
    [stack.topAnchor constraintEqualToAnchor:content.topAnchor constant:kMargin],
    [stack.bottomAnchor constraintEqualToAnchor:content.bottomAnchor constant:-kMargin],
    [stack.leadingAnchor constraintEqualToAnchor:safe.leadingAnchor constant:kMargin],
    [stack.trailingAnchor constraintEqualToAnchor:safe.trailingAnchor constant:-kMargin],
    [content.widthAnchor constraintEqualToAnchor:self.frameLayoutGuide.widthAnchor],
    height,
  ]];
}

@end
