#pragma once

#import <UIKit/UITextAndImages.h>

NS_ASSUME_NONNULL_BEGIN

API_AVAILABLE(ios(13.0))
@interface UIMenuElement : NSObject
@end

typedef NSString* UIActionIdentifier;

API_AVAILABLE(ios(13.0))
@interface UIAction : UIMenuElement
+ (instancetype)actionWithTitle:(NSString*)title
                          image:(nullable UIImage*)image
                     identifier:(nullable UIActionIdentifier)identifier
                        handler:(void (^)(__kindof UIAction* action))handler;
+ (instancetype)actionWithHandler:(void (^)(__kindof UIAction* action))handler
    API_AVAILABLE(ios(14.0));
@end

API_AVAILABLE(ios(15.0))
@interface UIButtonConfiguration : NSObject <NSCopying>
+ (instancetype)filledButtonConfiguration;
+ (instancetype)borderedButtonConfiguration;
@property(nonatomic, readwrite, copy, nullable) NSString* title;
@end

typedef NS_OPTIONS(NSUInteger, UIControlEvents) {
  UIControlEventValueChanged = 1 << 12,
};

@interface UIControl : UIView
- (void)addAction:(UIAction*)action
    forControlEvents:(UIControlEvents)controlEvents API_AVAILABLE(ios(14.0));
@end

@interface UIButton : UIControl
+ (instancetype)buttonWithConfiguration:(UIButtonConfiguration*)configuration
                          primaryAction:(nullable UIAction*)primaryAction
    API_AVAILABLE(ios(15.0));
@property(nonatomic, readwrite, copy, nullable)
    UIButtonConfiguration* configuration API_AVAILABLE(ios(15.0));
@end

@interface UISwitch : UIControl
@property(nonatomic, getter=isOn) BOOL on;
@end

NS_ASSUME_NONNULL_END
